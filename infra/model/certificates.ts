import { z } from 'zod';
import { isPlainText } from './text';

const CERTIFICATES = /^(?:-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?)+$/;

/** One or more PEM certificates, with line feeds only; at most 64 KiB. */
export const certificatesSchema = z
  .string()
  .max(65_536)
  .refine((pem) => isPlainText(pem.replaceAll('\n', '')), 'must be PEM certificates with line feeds only')
  .regex(CERTIFICATES, 'must be one or more PEM certificates');
