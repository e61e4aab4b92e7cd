/** An operation of an export, as the API describes it. */
import * as z from '../zod.ts';
import { limits } from '../../directory/validation.ts';
import { deleteSchema, writeSchema } from '../schemas.ts';

const values = z.array(z.string()).check(z.maxLength(limits.attributeValues));

/** The schema of what an operation may be, with the limits of lists and attributes; requests are not parsed with it. */
export const describedOperation = z.discriminatedUnion('operation', [
  z.extend(writeSchema, {
    proxyAddresses: z.nullish(z.array(z.string()).check(z.maxLength(limits.proxyAddresses))),
    attributes: z.nullish(
      z.record(z.string(), z.union([z.string(), values, z.null()])).check(z.meta({ maxProperties: limits.attributes })),
    ),
  }),
  deleteSchema,
]);
