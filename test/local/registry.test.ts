import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../local/host/registry.ts';
import { Disposable } from '../../local/host/disposable.ts';

const metadata = (name: string) => ({ name, bindings: {} });
const handler = () => undefined;

describe('registerFunction', () => {
  it('keeps functions in the order of their registration', () => {
    const registry = createRegistry();
    registry.registerFunction(metadata('one'), handler);
    registry.registerFunction(metadata('two'), handler);
    expect(registry.functions().map((registered) => registered.metadata.name)).toEqual(['one', 'two']);
  });

  it('refuses a second function with the same name', () => {
    const registry = createRegistry();
    registry.registerFunction(metadata('one'), handler);
    expect(() => registry.registerFunction(metadata('one'), handler)).toThrow('"one": there already is one');
  });

  it('refuses all registrations once the app has started', () => {
    const registry = createRegistry();
    registry.lock();
    expect(() => registry.registerFunction(metadata('late'), handler)).toThrow('the app has already started');
  });

  it('returns a disposable that removes the function again', () => {
    const registry = createRegistry();
    registry.registerFunction(metadata('one'), handler).dispose();
    expect(registry.functions()).toEqual([]);
  });
});

describe('registerHook', () => {
  it('keeps hooks in the order of their registration, until they are disposed of', () => {
    const registry = createRegistry();
    const [first, second] = [() => 1, () => 2];
    const registered = registry.registerHook('preInvocation', first);
    registry.registerHook('preInvocation', second);
    expect(registry.hooks('preInvocation')).toEqual([first, second]);
    Disposable.from(registered).dispose();
    registered.dispose();
    expect(registry.hooks('preInvocation')).toEqual([second]);
  });

  it('refuses an unknown hook with the error by which the library recognises an old host', () => {
    expect(() => createRegistry().registerHook('unknown', handler)).toThrow(
      expect.objectContaining({ name: 'RangeError', isAzureFunctionsSystemError: true }),
    );
  });
});
