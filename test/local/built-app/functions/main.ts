/** The smallest app that can be built: it answers with its settings for the storage and the key. */
import { app } from '@azure/functions';

app.get('storage', () => ({
  jsonBody: { storage: process.env.AzureWebJobsStorage, linkKey: process.env.REPORT_LINK_KEY },
}));
