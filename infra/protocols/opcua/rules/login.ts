import type { Problem } from '../../../model/problem';
import type { OpcUaRule } from './rule';

/** The login fits the protection of messages; one that names nobody is told, with its reason. */
export const loginRule: OpcUaRule = ({ settings: { login, security } }, pathOf) => {
  const problem = (severity: Problem['severity'], message: string, remedy: string): Problem[] => [
    { rule: 'opcua/login', severity, path: pathOf('login', 'as'), value: login.as, message, remedy },
  ];
  const isOpen = security.mode === 'None';
  switch (login.as) {
    case 'certificate':
      return isOpen
        ? problem(
            'error',
            'needs messages that are signed, and the security mode is None',
            'write mode Sign or SignAndEncrypt, or another login',
          )
        : [];
    case 'user':
      return isOpen
        ? problem(
            'warning',
            'sends the password in clear unless the server asks for it encrypted, because the security mode is None',
            'write mode SignAndEncrypt, or give the user no right but to read',
          )
        : [];
    case 'anonymous':
      return problem(
        'warning',
        `logs in as nobody, as everybody else may then too (reason: ${login.reason})`,
        'write as user with a user of its own that may only read',
      );
  }
};
