import { addressesInNetworks } from './addresses-in-networks';
import { addressesUnique } from './addresses-unique';
import { brokerReplicated } from './broker-replicated';
import { configMapSize } from './config-map-size';
import { controlPlaneQuorum } from './control-plane-quorum';
import { generalPurposeNodes } from './general-purpose-nodes';
import { namesDistinct } from './names-distinct';
import { namesReserved } from './names-reserved';
import { networksDisjoint } from './networks-disjoint';
import { policiesEnforced } from './policies-enforced';
import { referencesExist } from './references-exist';
import { reservationsFit } from './reservations-fit';
import type { Rule } from './rule';
import { secretRecipients } from './secret-recipients';
import { storeFits } from './store-fits';

/** Every rule, ordered by id. Those of a protocol stand in its slice. */
export const rules: readonly Rule[] = [
  addressesInNetworks,
  addressesUnique,
  brokerReplicated,
  configMapSize,
  controlPlaneQuorum,
  generalPurposeNodes,
  namesDistinct,
  namesReserved,
  networksDisjoint,
  policiesEnforced,
  referencesExist,
  reservationsFit,
  secretRecipients,
  storeFits,
];
