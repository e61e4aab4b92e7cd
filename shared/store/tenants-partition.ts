/** The partition of the table `Tenants` that the registrations lie in. */
export const tenantsPartition = 'tenant';
