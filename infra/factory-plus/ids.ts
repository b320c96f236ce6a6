/** Classes of the ConfigDB that are the same in every installation (acs-service-setup/lib/uuids.js, 6.8.1). */
export const CLASS = {
  /** Classes of individuals. */
  ofIndividuals: '04a1c90d-2295-4cbe-b33a-74eded62cbf1',
  /** Applications: each is a class of the entries that objects have under it. */
  application: 'd319bd87-f42b-4b66-be4f-f82ff48b93f0',
  /** Sparkplug devices (acs-configdb/lib/constants.js). */
  device: '18773d6d-a70d-443a-b29a-3f1583195290',
  /** What every application is a subclass of (dumps/core-apps.yaml). */
  configEntry: '86d6f3d0-1c9c-11f1-9d4d-3b787922d771',
} as const;

/** Applications of the ConfigDB that are the same in every installation (js-service-client/lib/uuids.js, 6.8.1). */
export const APPLICATION = {
  /** Class, rank and owner of every object. */
  registration: 'cb40bed5-49ad-4443-a7f5-08c75009da8f',
  /** Name of an object, for people. */
  info: '64a8bfa9-7772-45c4-9d1a-9e6290690957',
  /** JSON Schema of an application's entries: the ConfigDB refuses an entry that does not follow it. */
  schema: 'dbd8a535-52ba-4f6e-b4f8-9b71aefe09d3',
  /** What `service-setup` keeps of an installation; the object is the application itself. */
  serviceConfig: '5b47881c-b012-4040-945c-eacafca539b2',
  /**
   * Cluster that the Cluster Manager keeps: an entry makes it create a Sparkplug group, accounts and a Git repository with manifests of its
   * own. Millwright writes none.
   */
  cluster: 'bdb13634-0b3d-4e38-a065-9d88c12ee78d',
  /** Deployment that edge-sync makes a HelmRelease of. Millwright writes none. */
  deployment: 'f2b9417a-ef7f-421f-b387-bb8183a48cdb',
  /** Sparkplug address: of an edge cluster its group. Machines that the plant broker reads have none. */
  sparkplugAddress: '8e32801b-f35a-4cbf-a5c3-2af64d3debd7',
  /** What edge-sync reports of its cluster: nodes, sealing certificate. Its first report makes the entry. */
  clusterStatus: '747a62c9-1b66-4a2e-8dd9-0b70a91b6b75',
  /** What an edge agent reads, and how. */
  agentConfiguration: 'aac6f843-cfee-4683-b121-6943bfdf9173',
  /** A connection of an edge agent, as the Administration UI has it. */
  connectionConfiguration: 'fa8b429c-de3e-11ef-87fd-6382f0eac944',
} as const;

/** Services that are advertised at the Directory, and devices that stand for them, where they have one (ACS 6.8.1, values of its chart). */
export const ADVERTISED = {
  directory: { uuid: 'af4a1d66-e6f7-43c4-8a67-0fa3be2b1cf9', device: '5cc3b068-938f-4bb2-8ceb-64338a02fbeb' },
  auth: { uuid: 'cab2642a-f7d9-42e5-8845-8f35affe1fd4' },
  configDb: { uuid: 'af15f175-78a0-4e05-97c0-2a0bb82b9f3b', device: '36861e8d-9152-40c4-8f08-f51c2d7e3c25' },
  clusterManager: { uuid: '2706aa43-a826-441e-9cec-cd3d4ce623c2' },
  commandEscalation: { uuid: '78ea7071-24ac-4916-8351-aa3e549d8ccd' },
  mqtt: { uuid: 'feb27ba3-bd2c-4916-9269-79a61ebc4a47' },
  git: { uuid: '7adf4db0-2e7b-4a68-ab9d-376f4c5ce14b', device: '626df296-8156-4c67-8aed-aac70161aa8b' },
  files: { uuid: 'a2a6efc5-9793-4486-9fd9-7caf9e3b5451' },
  dataAccess: { uuid: '06cee697-29d3-4972-9479-bc392e24946e' },
  i3x: { uuid: '018854a1-a312-46d3-b904-c274b59088c7' },
} as const;

/** Permissions of Factory+ that Millwright grants (acs-service-setup/lib/uuids.js, 6.8.1). Their meaning is Factory+'s own: they have no template. */
export const PERMISSION = {
  /** Pull from a repository of the Git server. */
  pull: '12ecb694-b4b9-4d2a-927e-d100019f7ebe',
  /** Add members to a class, and remove them. */
  writeMembers: 'c2759f6e-50ef-11f0-8730-ef0ba0514a0e',
} as const;

/** Drivers of edge agents by the type of connection in an agent's configuration (acs-service-setup/lib/uuids.js, 6.8.1). */
export const CONNECTION_DRIVERS: Readonly<Record<string, { readonly uuid: string; readonly details: string }>> = {
  S7: { uuid: 'f171a296-de4d-11ef-aef4-cf4e4ac2bfc6', details: 's7ConnDetails' },
  'OPC UA': { uuid: 'f32fed40-de4d-11ef-a011-1711bd498427', details: 'OPCUAConnDetails' },
  /** A program beside the agent. Factory+ knows some by name; what it is makes no difference to the agent. */
  Driver: { uuid: 'eb669a2c-e213-11ef-998e-a7fc6f4817b5', details: 'DriverDetails' },
};
