/**
 * From a cluster to what is delivered: `import { plantManifests, fluxTree } from 'millwright/stacks'`.
 *
 * @packageDocumentation
 */
export type { SecretContent, SecretRequirement, SecretSource } from '../infra/model/secret-requirement';
export { centralCharts } from '../stacks/charts/central-charts';
export { ComponentChart, PHASES, type Phase } from '../stacks/charts/component-chart';
export type { Extension } from '../stacks/charts/extension-chart';
export { plantCharts } from '../stacks/charts/plant-charts';
export { softGatewaysCharts } from '../stacks/charts/soft-gateways-charts';
export { fluxTree, secretPath, type Tree } from '../stacks/flux/tree';
export { InadmissibleObjects } from '../stacks/manifest/admission';
export { centralManifests, plantManifests, softGatewaysManifests } from '../stacks/manifest/build';
export type { KubeObject, ManifestEntry, ManifestSet } from '../stacks/manifest/manifest-set';
