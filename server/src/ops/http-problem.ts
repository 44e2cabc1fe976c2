/** Why a request is refused: answered as `{error, allowed}` with the status. */
export class HttpProblem extends Error {
  readonly status: number;
  /** What would be right. */
  readonly allowed: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, error: string, allowed: string, headers: Readonly<Record<string, string>> = {}) {
    super(error);
    this.name = 'HttpProblem';
    this.status = status;
    this.allowed = allowed;
    this.headers = headers;
  }
}
