/** The smallest app that can be built: it says which storage and which key it was given. */
import { app } from '@azure/functions';

app.get('storage', () => ({
  jsonBody: { storage: process.env.AzureWebJobsStorage, linkKey: process.env.REPORT_LINK_KEY },
}));
