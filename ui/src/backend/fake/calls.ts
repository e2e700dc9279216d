import type { Calls } from '..';

/** What the fake studio answers a call with; its wrapper makes every answer a promise. */
export type FakeCalls = {
  [Name in keyof Calls]: (...args: Parameters<Calls[Name]>) => Awaited<ReturnType<Calls[Name]>> | ReturnType<Calls[Name]>;
};
