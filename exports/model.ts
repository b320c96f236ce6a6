/**
 * What an owner's estate is written with: `import { definePlant, machineType } from 'millwright'`. Loads nothing of Kubernetes.
 *
 * @packageDocumentation
 */
export { type CheckedEstate, checkEstate } from '../infra/estate/check';
export type { CsvFile, CsvFiles } from '../infra/estate/csv-points';
export { type CsvPoints, csv } from '../infra/estate/csv-reference';
export {
  type CentralDefinition,
  type Differs,
  defineCentral,
  defineEstate,
  definePlant,
  defineSoftGateways,
  type EdgeAgentDefinition,
  type MachineDefinition,
  type MachineTypeDefinition,
  machineType,
  type NodeDefinition,
  type NodeNames,
  type NodeTypeDefinition,
  nodeType,
  type PlantDefinition,
  type PlantSpec,
  type Racks,
  type SoftGatewaysDefinition,
  type SoftGatewaysSpec,
} from '../infra/estate/define';
export { type EstateInput, estateJsonSchema, type MachineTypeInput } from '../infra/estate/schema';
export type { CentralCluster } from '../infra/model/central-cluster';
export type { Contract } from '../infra/model/contract';
export type { DataPoint, ValueType } from '../infra/model/data-point';
export type { Machine } from '../infra/model/machine';
export type { Node, Taint } from '../infra/model/node';
export type { Plant } from '../infra/model/plant';
export { type Problem, pathText, problemText } from '../infra/model/problem';
export type { SoftGateways } from '../infra/model/soft-gateways';
