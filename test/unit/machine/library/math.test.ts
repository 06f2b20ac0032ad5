import { d, describeFunction, typeError, valueError } from './values.ts';

const max = 2n ** 63n - 1n;
const min = -(2n ** 63n);

describe('math', () => {
  describeFunction('math.abs', [
    [[-5], 5],
    [[0], 0],
    [[d(-1.5)], d(1.5)],
    [[d(-0)], d(0)],
    [[min + 1n], max],
    [[min], valueError('math.abs: the distance of -9223372036854775808 from 0 does not fit into an integer')],
    [['1'], typeError('math.abs: expecting number for x; got a string')],
    [[null], typeError('math.abs: expecting number for x; got null')],
  ]);
  describeFunction('math.floor', [
    [[d(1.9)], 1],
    [[d(-1.1)], -2],
    [[d(-0)], 0],
    [[7], 7],
    [[max], max],
    [[d(2 ** 62)], 2n ** 62n],
    [[d(1e300)], valueError('math.floor: 1e+300 does not fit into an integer')],
    [[d(NaN)], valueError('math.floor: NaN does not fit into an integer')],
    [[true], typeError('math.floor: expecting number for x; got a boolean')],
  ]);
  describeFunction('math.max', [
    [[1, 2], 2],
    [[2, 1], 2],
    [[-1, -2], -1],
    [[1, d(2.5)], d(2.5)],
    [[3, d(2.5)], d(3)],
    [[d(1), 1], d(1)],
    [[max, min], max],
    [[max, 5], max],
    [[d(1.5), d(1.25)], d(1.5)],
    [[1], typeError('math.max needs the argument "y"; its parameters are x, y')],
    [[1, null], typeError('math.max: expecting number for y; got null')],
  ]);
  describeFunction('math.min', [
    [[1, 2], 1],
    [[2, 1], 1],
    [[1, d(2.5)], d(1)],
    [[3, d(2.5)], d(2.5)],
    [[max, min], min],
    [['a', 1], typeError('math.min: expecting number for x; got a string')],
  ]);
});
