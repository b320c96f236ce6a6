import { defineEstate } from '../estate/define';
import { leeds } from './leeds';

/** The example estate, and the default of every command. */
export default defineEstate({ plants: [leeds] });
