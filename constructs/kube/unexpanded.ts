/**
 * A text that Kubernetes hands on to a container as it is: in `env`, `args` and `command` a kubelet reads `$(NAME)` as a variable and `$$` as
 * one dollar (k8s.io/kubernetes, third_party/forked/golang/expansion, 1.34).
 */
export function unexpanded(text: string): string {
  return text.replaceAll('$', () => '$$');
}
