import {
  compareRoutes,
  matchRoute,
  parseRouteTemplate,
  type RouteParameters,
  type RouteTemplate,
} from './route-template.ts';
import type { HostedFunction } from './hosted-function.ts';

/** The route of an HTTP function. */
export type Route = {
  readonly called: HostedFunction;
  /** With the prefix and a leading slash, for people. */
  readonly path: string;
  readonly template: RouteTemplate;
  readonly methods: readonly string[];
  readonly authLevel: string;
};

/** Returns the routes of all HTTP functions, the more literal ones first. A function without a route is at its name. */
export function createRoutes(functions: readonly HostedFunction[], prefix: string): Route[] {
  return functions
    .filter(({ trigger }) => trigger.type.toLowerCase() === 'httptrigger')
    .map((called) => createRoute(called, prefix))
    .sort((one, other) => compareRoutes(one.template, other.template));
}

function createRoute(called: HostedFunction, prefix: string): Route {
  const { route, methods, authLevel } = called.trigger as { route?: string; methods?: string[]; authLevel?: string };
  const path = [prefix, (route ?? called.name).replace(/^\/+|\/+$/g, '')].filter((part) => part !== '').join('/');
  return {
    called,
    path: `/${path}`,
    template: parseRouteTemplate(path),
    methods: (methods ?? ['GET', 'POST']).map((method) => method.toUpperCase()),
    authLevel: (authLevel ?? 'anonymous').toLowerCase(),
  };
}

/** Returns the route of a request and its parameters; undefined if there is none, or for a wrong method: the real host answers both with 404. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly parameters: RouteParameters } | undefined {
  for (const route of routes) {
    if (!route.methods.includes(method)) continue;
    const parameters = matchRoute(route.template, path.slice(1));
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}
