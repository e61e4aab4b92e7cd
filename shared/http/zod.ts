/** Schemas: zod in its small form, which tells in English what is wrong with a value. */
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';

config(english());

export * from 'zod/mini';
