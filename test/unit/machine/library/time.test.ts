import { d, describeFunction, typeError, valueError } from './values.ts';

describe('time', () => {
  describeFunction('time.format', [
    [[0], '1970-01-01T00:00:00.000000Z'],
    [[1_720_788_633], '2024-07-12T12:50:33.000000Z'],
    [[d(1_720_788_633.5)], '2024-07-12T12:50:33.500000Z'],
    [[d(0.000001)], '1970-01-01T00:00:00.000001Z'],
    [[d(-0.25)], '1969-12-31T23:59:59.750000Z'],
    [[d(0.9999999)], '1970-01-01T00:00:01.000000Z'],
    [[1_720_788_633, 'UTC'], '2024-07-12T12:50:33.000000Z'],
    [[1_720_788_633, null], '2024-07-12T12:50:33.000000Z'],
    [[1_720_788_633, 'Europe/Vienna'], '2024-07-12T14:50:33.000000+02:00'],
    [[1_704_067_200, 'Europe/Vienna'], '2024-01-01T01:00:00.000000+01:00'],
    [[1_704_067_200, 'America/New_York'], '2023-12-31T19:00:00.000000-05:00'],
    [[1_704_067_200, 'Asia/Kathmandu'], '2024-01-01T05:45:00.000000+05:45'],
    [[1_704_067_200, 'America/St_Johns'], '2023-12-31T20:30:00.000000-03:30'],
    [[1_704_067_200, 'Europe/London'], '2024-01-01T00:00:00.000000Z'],
    // Both sides of the hour that summer time skips.
    [[1_711_846_799, 'Europe/Vienna'], '2024-03-31T01:59:59.000000+01:00'],
    [[1_711_846_800, 'Europe/Vienna'], '2024-03-31T03:00:00.000000+02:00'],
    [[-62_135_596_800], '0001-01-01T00:00:00.000000Z'],
    [[253_402_300_799], '9999-12-31T23:59:59.000000Z'],
    [[253_402_300_800], valueError('time.format: 253402300800 seconds is outside of the years 0001 to 9999')],
    [[-62_135_596_801], valueError('time.format: -62135596801 seconds is outside of the years 0001 to 9999')],
    [[253_402_300_799, 'Asia/Tokyo'], valueError('time.format: 253402300799 seconds is outside of the years 0001 to 9999')],
    [[2n ** 62n], valueError('time.format: 4611686018427388000 seconds is outside of the years 0001 to 9999')],
    [[d(NaN)], valueError('time.format: NaN seconds is outside of the years 0001 to 9999')],
    [[0, 'Mars/Base'], valueError('time.format: unknown time zone "Mars/Base"; expecting an IANA name such as Europe/Vienna')],
    [[0, ''], valueError('time.format: unknown time zone ""; expecting an IANA name such as Europe/Vienna')],
    [[0, '+02:00'], valueError('time.format: unknown time zone "+02:00"; expecting an IANA name such as Europe/Vienna')],
    [['0'], typeError('time.format: expecting number for seconds; got a string')],
    [[0, 1], typeError('time.format: expecting string for timezone; got an integer')],
  ]);
  describeFunction('time.parse', [
    [['1970-01-01T00:00:00Z'], d(0)],
    [['2024-07-12T12:50:33.000000Z'], d(1_720_788_633)],
    [['2024-07-12T14:50:33+02:00'], d(1_720_788_633)],
    [['2024-07-12T07:20:33-05:30'], d(1_720_788_633)],
    [['2024-07-12t12:50:33.25z'], d(1_720_788_633.25)],
    [['1969-12-31T23:59:59.75Z'], d(-0.25)],
    [['2024-02-29T00:00:00Z'], d(1_709_164_800)],
    [['0001-01-01T00:00:00Z'], d(-62_135_596_800)],
    ...['', '2024-07-12', '2024-07-12T12:50:33', '2024-07-12 12:50:33Z', '2023-02-29T00:00:00Z', '2024-13-01T00:00:00Z', '2024-00-01T00:00:00Z', '2024-01-32T00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00:60Z', '2024-01-01T00:00:00+24:00', '2024-01-01T00:00:00.Z', 'today'].map(
      (text) => [[text], valueError(`time.parse: ${JSON.stringify(text)} is not a time; expecting RFC 3339 such as 2026-01-31T08:00:00Z`)] as const,
    ),
    [[0], typeError('time.parse: expecting string for value; got an integer')],
  ]);
});
