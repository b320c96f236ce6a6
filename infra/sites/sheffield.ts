import { defineCentral } from '../estate/define';

/**
 * The central Factory+ cluster. The organisation and the addresses are examples: 192.0.2.0/28 belongs to a range kept for
 * documentation (RFC 5737).
 */
export const sheffield = defineCentral('sheffield', {
  organisation: 'Example',
  domain: 'factory.example.com',
  addresses: ['192.0.2.0/28'],
});
