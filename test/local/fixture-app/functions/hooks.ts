/** Records the order of the hooks of an invocation. */
import { app } from '@azure/functions';

let order: string[] = [];

app.hook.appStart(() => void order.push('appStart'));
app.hook.appTerminate(() => void process.stdout.write('appTerminate ran\n'));
app.hook.log((context) => {
  context.message = context.message.replace('s3cret', '***');
  if (context.message === 'disturb') throw new Error('a log hook must not disturb');
});
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') order.push('before');
  context.hookData.seen = true;
});
app.hook.postInvocation((context) => {
  const { functionName } = context.invocationContext;
  if (functionName === 'hooked') order.push(context.hookData.seen === true ? 'after' : 'after, without hook data');
  if (functionName === 'forgiven') {
    context.error = null;
    context.result = { status: 299 };
  }
});

app.get('hooked', () => void order.push('handler') as never);
app.get('forgiven', () => {
  throw new Error('a hook forgives this');
});
app.get('order', () => {
  const jsonBody = order;
  order = [];
  return { jsonBody };
});
