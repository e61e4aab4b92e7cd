/** A page to read: at most `pageSize` entries after a position; undefined for the first page. */
export type PageRequest = { readonly after: string | undefined; readonly pageSize: number };

/** A page of a list, and the position after which the next page begins; undefined on the last page. */
export type Page<Entry> = { readonly entries: readonly Entry[]; readonly next: string | undefined };
