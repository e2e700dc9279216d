/** One at a time, and then the newest: what was asked for in between is not rendered. */
export class RenderQueue<Request, Answer> {
  private busy = false;
  private next: { request: Request } | null = null;

  constructor(
    private readonly render: (request: Request) => Promise<Answer>,
    private readonly on: {
      /** `newest`: nothing newer waits. */
      done: (request: Request, answer: Answer, newest: boolean) => void;
      failed: (request: Request, thrown: unknown) => void;
      busy: (busy: boolean) => void;
    },
  ) {}

  ask(request: Request): void {
    this.next = { request };
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    this.on.busy(true);
    while (this.next) {
      const { request } = this.next;
      this.next = null;
      try {
        const answer = await this.render(request);
        this.on.done(request, answer, this.next === null);
      } catch (thrown) {
        if (this.next === null) this.on.failed(request, thrown);
      }
    }
    this.busy = false;
    this.on.busy(false);
  }
}
