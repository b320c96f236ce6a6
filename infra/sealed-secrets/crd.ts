/** Group and version of SealedSecret (Sealed Secrets 0.40, pkg/apis/sealedsecrets/v1alpha1). */
export const SEALED_SECRETS_GROUP = 'bitnami.com';

/** What a file with a sealed Secret says of itself. */
export const SEALED_SECRET = { apiVersion: `${SEALED_SECRETS_GROUP}/v1alpha1`, kind: 'SealedSecret', plural: 'sealedsecrets' } as const;

const text = { type: 'string' } as const;
const texts = { type: 'object', additionalProperties: text } as const;
const time = { type: 'string', format: 'date-time' } as const;

/**
 * The definition of SealedSecret: all that the controller reads and writes. Two things are stricter than upstream's: the deprecated field
 * `data` does not exist, and a value is text, in Base64.
 */
export const SEALED_SECRET_DEFINITION = {
  group: SEALED_SECRETS_GROUP,
  scope: 'Namespaced',
  names: {
    kind: SEALED_SECRET.kind,
    listKind: `${SEALED_SECRET.kind}List`,
    plural: SEALED_SECRET.plural,
    singular: 'sealedsecret',
  },
  versions: [
    {
      name: 'v1alpha1',
      served: true,
      storage: true,
      subresources: { status: {} },
      additionalPrinterColumns: [
        { name: 'Status', type: 'string', jsonPath: '.status.conditions[0].message' },
        { name: 'Synced', type: 'string', jsonPath: '.status.conditions[0].status' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
      schema: {
        openAPIV3Schema: {
          type: 'object',
          required: ['spec'],
          properties: {
            spec: {
              type: 'object',
              description: 'A Secret that only the controller of this cluster opens',
              required: ['encryptedData'],
              properties: {
                encryptedData: {
                  type: 'object',
                  description: 'Key of the Secret → its sealed value in Base64',
                  additionalProperties: { type: 'string', pattern: '^[A-Za-z0-9+/]*={0,2}$' },
                },
                template: {
                  type: 'object',
                  description: 'What the Secret is beside its sealed values',
                  properties: {
                    type: { ...text, description: 'Type of the Secret' },
                    immutable: { type: 'boolean', description: 'Whether the Secret can never be changed' },
                    data: {
                      ...texts,
                      nullable: true,
                      additionalProperties: { ...text, nullable: true },
                      description: 'Further values in clear, as templates of Go that may name the sealed ones',
                    },
                    metadata: {
                      type: 'object',
                      nullable: true,
                      description: 'Labels and annotations of the Secret',
                      properties: {
                        name: text,
                        namespace: text,
                        labels: texts,
                        annotations: texts,
                        finalizers: { type: 'array', items: text },
                      },
                      'x-kubernetes-preserve-unknown-fields': true,
                    },
                  },
                },
              },
            },
            status: {
              type: 'object',
              properties: {
                observedGeneration: { type: 'integer', format: 'int64' },
                conditions: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['status', 'type'],
                    properties: {
                      type: text,
                      status: text,
                      reason: text,
                      message: text,
                      lastTransitionTime: time,
                      lastUpdateTime: time,
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  ],
} as const;
