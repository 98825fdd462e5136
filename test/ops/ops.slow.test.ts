import { all, few } from './cases';
import { describeOps } from './suite';

describeOps(all, few);
