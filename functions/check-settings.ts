import { app } from '@azure/functions';
import { readSettings } from '../shared/settings.ts';

// Thrown here, a wrong setting stops the start with its message; thrown while loading, the app would look empty.
app.hook.appStart(() => {
  readSettings(process.env);
});
