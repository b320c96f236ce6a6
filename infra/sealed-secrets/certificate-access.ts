import { SEALED_SECRETS } from '../model/edge-services';

/** Name of the controller's port in its Service: kubeseal asks the Service for it. */
export const CERTIFICATE_PORT = 'http';

/**
 * What `kubeseal --fetch-cert` needs in namespace `sealed-secrets` to get the certificate through the API server (kubeseal 0.21, which
 * edge-sync of ACS 6.8.1 runs, and 0.40): the Service, for the name of its port, and GET on its proxy. No Secret, and none of the requests
 * that carry one, which are POST.
 */
export const CERTIFICATE_RULES = [
  { apiGroups: [''], resources: ['services'], resourceNames: [SEALED_SECRETS.name], verbs: ['get'] },
  { apiGroups: [''], resources: ['services/proxy'], resourceNames: [`http:${SEALED_SECRETS.name}:${CERTIFICATE_PORT}`], verbs: ['get'] },
] as const;
