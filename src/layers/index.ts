import { activation } from './activation';
import { dense } from './dense';
import { dropout } from './dropout';
import { flatten } from './flatten';
import { rescaling } from './rescaling';

/**
 * Factories of layers, named and parameterised as in Keras.
 * @namespace
 */
export const layers = {
  /** @function */
  dense,
  /** @function */
  activation,
  /** @function */
  dropout,
  /** @function */
  flatten,
  /** @function */
  rescaling,
} as const;
