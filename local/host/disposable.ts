/** Undoes a registration. It is a class because the library promises one, and apps may inherit from it. */
export class Disposable {
  #undo: (() => unknown) | undefined;

  constructor(undo: () => unknown) {
    this.#undo = undo;
  }

  /** Returns one disposable that disposes of all of these. */
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((disposable) => disposable.dispose()));
  }

  /** Undoes the registration; a second call does nothing. */
  dispose(): unknown {
    const undo = this.#undo;
    this.#undo = undefined;
    return undo?.();
  }
}
