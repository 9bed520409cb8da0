/** Something that the user can put right: the message says all, a stack would say nothing. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Something that only we can put right, with the place in the run where it happened. */
export class Defect extends Error {
  override readonly name = 'Defect';
}
