import { activation } from './activation';
import { dense } from './dense';
import { dropout } from './dropout';
import { flatten } from './flatten';
import { rescaling } from './rescaling';

/** Factories of layers, named and parameterised as in Keras. */
export const layers = { dense, activation, dropout, flatten, rescaling } as const;
