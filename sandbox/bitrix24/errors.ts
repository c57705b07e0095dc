/** The portal's refusal of one call: becomes the error envelope, or one entry of a batch's `result_error`. */
export class RestError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, description: string, status = 400) {
    super(description);
    this.name = "RestError";
    this.code = code;
    this.status = status;
  }
}
