/**
 * Behaviour that Google's documents leave open (google-workflows 11), decided in one place. Each switch says what it
 * chooses between and why it stands as it does; a fact learned from the real service is entered here and nowhere else.
 */

/** Integer results beyond int64: wrap around in two's complement, or raise a ValueError. */
export const integerOverflow: 'wrap' | 'raise' = 'wrap';

/** Integer literals in JSON and YAML data beyond int64: become doubles, as in most JSON readers, or are refused. */
export const hugeIntegers: 'double' | 'refuse' = 'double';

/** The sign of `%`: that of the divisor, so that it fits the flooring `//`, or that of the dividend. */
export const moduloSign: 'divisor' | 'dividend' = 'divisor';

/** `//` with a double: a floored double, as the other operators mix types, or an integer. */
export const floorDivisionOfDoubles: 'double' | 'integer' = 'double';

/** `%` with a double: the remainder as a double, or a TypeError. */
export const moduloOfDoubles: 'double' | 'raise' = 'double';

/** `<` and its like between strings: order of code points, which is also that of UTF-8, or a TypeError. */
export const stringOrdering: 'codePoint' | 'raise' = 'codePoint';

/** `==` between different types other than null (and integer with double): false, or a TypeError. */
export const equalityAcrossTypes: 'unequal' | 'raise' = 'unequal';

/**
 * `m[1]` and `1 in m`: the number stands for the key `"1"`, because an official sample reads maps with numeric keys
 * and our keys are strings; or a TypeError.
 */
export const numericMapKeys: 'string' | 'raise' = 'string';

/**
 * The keys of maps in JSON texts. In Google's tutorial on executions in parallel a map that was made with `success`
 * before `failure` is the result `{"failure":…,"success":…}`, and errors and arguments of executions in public reports
 * have their keys in order too. `keys()` and the maps themselves keep the order in which keys were added.
 */
export const jsonKeyOrder: 'sorted' | 'insertion' = 'sorted';

/** Doubles without a fraction as text and in JSON: `5.0`, which reads back as a double, or `5`. */
export const wholeDoubles: '5.0' | '5' = '5.0';

/** Whether `int` takes integers, as workflows in production give it, and `double` doubles. `string` is known to take strings. */
export const conversionsTakeOwnType: boolean = true;

/**
 * `text.substring` outside the text, or with its end before its start: the nearest part, or the tag raised. Workflows
 * in production take the first 20 or 50 characters of texts that may be shorter, and the last one of an empty text.
 */
export const substringOutOfRange: 'clamp' | 'ValueError' | 'IndexError' = 'clamp';

/** `text.split` at an empty separator: one string per character, or a ValueError. */
export const emptySeparator: 'characters' | 'raise' = 'characters';

/** `text.find_all`: whether occurrences may overlap. */
export const overlappingOccurrences: boolean = false;

/** `time.format` for a zone that has no offset from UTC at the moment: `Z`, or `+00:00`. UTC itself is always `Z`. */
export const zeroOffset: 'Z' | '+00:00' = 'Z';

/**
 * Letter case of response header names. Errors of the real service show `Content-Type` (google-workflows 4.6), while
 * emulators write lower case.
 */
export const responseHeaderNames: 'canonical' | 'lower' = 'canonical';

/** A response that says it is JSON and is not: its text, or a ValueError. Error responses always keep the text. */
export const invalidJsonResponse: 'text' | 'raise' = 'text';

/** A response without content and without a textual type: null, or empty bytes, which no workflow could return. */
export const emptyResponseBody: 'null' | 'bytes' = 'null';

/** Whether the message of a timed out request is led by its class. One seen on the real service was not. */
export const timeoutMessageNamesClass: boolean = false;

/** Whether the retry predicates ask for the tag HttpError beside the status, or take raised maps with a `code` too. */
export const predicateNeedsHttpErrorTag: boolean = false;

/** When a retry predicate fails: its own error goes on to the except, or the one it was asked about. */
export const errorOfFailedPredicate: 'own' | 'original' = 'own';

/**
 * Whether a try takes a ResourceLimitError of memory, of a string's or of a response's size. That of the steps ends
 * the execution in any case: no handler could run another step.
 */
export const resourceLimitsCatchable: boolean = true;

/** Whether `and` and `or` leave their right side alone where the left one decides, as `args != null and "x" in args` in public workflows needs it. */
export const shortCircuit: boolean = true;

/** The `id` of a named branch in an UnhandledBranchError: its name, or its position from 0 as iterations have it. */
export const namedBranchId: 'name' | 'position' = 'name';

/** How often a retry policy without `max_retries` tries again: as often as the default policies. */
export const defaultMaxRetries = 5;

/** How many steps a thread runs before another one that is ready has its turn: no branch can starve the others. */
export const threadQuantum = 1000;

/** The longest turn of a thread where turns are taken at random: short enough that branches meet in every way. */
export const randomQuantum = 2;

/**
 * Whether a `next` beside an action counts as a step of its own. The documents count every jump, and say of no place
 * that it is free.
 */
export const jumpBesideActionCounts: boolean = true;

/**
 * Reading a variable that no step on the way has assigned: a KeyError, which the makers of a compiler to Workflows met,
 * or null, which a demo of Google's tests for behind a try that failed.
 */
export const unassignedVariables: 'raise' | 'null' = 'raise';
