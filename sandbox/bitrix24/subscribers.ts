/** Registers a listener; call what comes back to stop listening. */
export type Subscribe<Event> = (listener: (event: Event) => void) => () => void;

export interface Subscribers<Event> {
  readonly subscribe: Subscribe<Event>;
  readonly tell: (event: Event) => void;
}

export function openSubscribers<Event>(): Subscribers<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
