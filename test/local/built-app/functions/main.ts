/** The smallest app that can be built: it says which storage it was given. */
import { app } from '@azure/functions';

app.get('storage', () => ({ jsonBody: { storage: process.env.AzureWebJobsStorage } }));
