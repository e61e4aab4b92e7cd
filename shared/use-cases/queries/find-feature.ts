/** The features that `Get-MsolDirSyncFeatures` lists and this service provides. They are always on. */
import { featureNotFound, featureStaysOn } from '../../messages/refusals.ts';

export const featureNames = ['DuplicateUPNResiliency', 'DuplicateProxyAddressResiliency'] as const;

/** A feature, and whether it is on. */
export type Feature = { readonly dirSyncFeature: (typeof featureNames)[number]; readonly enabled: true };

/** Lists the features. */
export function listFeatures(): readonly Feature[] {
  return featureNames.map((dirSyncFeature) => ({ dirSyncFeature, enabled: true }));
}

/** Finds a feature by its name, in any letter case. Throws `FeatureNotFound` if there is none. */
export function findFeature(name: string): Feature {
  const feature = listFeatures().find(({ dirSyncFeature }) => dirSyncFeature.toLowerCase() === name.toLowerCase());
  if (feature) return feature;
  throw featureNotFound(name, featureNames);
}

/** Leaves a feature on. Throws `FeatureStaysOn` for an attempt to switch it off. */
export function setFeature(name: string, enabled: boolean): Feature {
  const feature = findFeature(name);
  if (enabled) return feature;
  throw featureStaysOn(feature.dirSyncFeature);
}
