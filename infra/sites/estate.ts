import { defineEstate } from '../estate/define';
import { leeds } from './leeds';
import { rotherham } from './rotherham';
import { softGateways } from './soft-gateways';

/** The example estate, and the default of every command. */
export default defineEstate({ plants: [leeds, rotherham], softGateways: [softGateways] });
