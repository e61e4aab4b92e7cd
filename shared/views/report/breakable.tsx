import type { JSX } from 'preact';

/** A name or an address that breaks, if it must, before its domain. */
export function Breakable({ text }: { readonly text: string }): JSX.Element {
  const at = text.lastIndexOf('@');
  if (at < 1) return <>{text}</>;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}
