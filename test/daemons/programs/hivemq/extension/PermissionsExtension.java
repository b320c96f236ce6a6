import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logs users in with passwords and lets them do what the grants of one file say: the part of acs-mqtt that needs neither Kerberos nor
 * the services of Factory+. The file is read anew at every login, as acs-mqtt asks Auth and the ConfigDB at every login.
 *
 * <p>The file is JSON: passwords (user → password), grants (a list of user, permission, target), templates (permission → MQTT filter →
 * access) and addresses (target → group_id, node_id).
 */
public final class PermissionsExtension implements ExtensionMain {
    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        File file = new File(System.getProperty("millwright.permissions"));
        Services.securityRegistry().setAuthenticatorProvider(provider -> new Login(file));
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

    private static final class Login implements SimpleAuthenticator {
        private static final ObjectMapper JSON = new ObjectMapper();
        private final File file;

        Login(File file) {
            this.file = file;
        }

        @Override
        public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
            try {
                JsonNode known = JSON.readTree(file);
                String user = input.getConnectPacket().getUserName().orElse("");
                Optional<String> password =
                        input.getConnectPacket().getPassword().map(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
                if (!known.path("passwords").path(user).isTextual()
                        || !password.equals(Optional.of(known.path("passwords").path(user).textValue()))) {
                    output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD);
                    return;
                }
                output.getDefaultPermissions().addAll(permissionsOf(user, known));
                output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
                output.authenticateSuccessfully();
            } catch (IOException | IllegalStateException error) {
                output.failAuthentication(ConnackReasonCode.SERVER_BUSY, error.getMessage());
            }
        }

        private static List<TopicPermission> permissionsOf(String user, JsonNode known) {
            List<TopicPermission> all = new ArrayList<>();
            for (JsonNode grant : known.path("grants")) {
                if (!grant.path("user").asText().equals(user)) continue;
                JsonNode template = known.path("templates").path(grant.path("permission").asText());
                // acs-mqtt fails the login of a user who has a permission without a template.
                if (!template.isObject()) throw new IllegalStateException("no template of " + grant.path("permission").asText());
                JsonNode address = known.path("addresses").path(grant.path("target").asText());
                for (Map.Entry<String, JsonNode> entry : (Iterable<Map.Entry<String, JsonNode>>) template::fields) {
                    expand(entry.getKey(), entry.getValue(), address).ifPresent(all::add);
                }
            }
            return all;
        }

        private static Optional<TopicPermission> expand(String filter, JsonNode access, JsonNode address) {
            boolean reads = access.isTextual() && access.textValue().contains("r");
            boolean writes = access.isTextual() && access.textValue().contains("w");
            boolean named = filter.contains("%g") || filter.contains("%n");
            if (!reads && !writes || named && !address.isObject()) return Optional.empty();
            // Both at once, so that no part of a name is taken for a variable.
            String topic = java.util.regex.Pattern.compile("%[gn]").matcher(filter)
                    .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
                            address.path(found.group().equals("%g") ? "group_id" : "node_id").asText()));
            return Optional.of(Builders.topicPermission()
                    .topicFilter(topic)
                    .activity(reads && writes ? TopicPermission.MqttActivity.ALL
                            : reads ? TopicPermission.MqttActivity.SUBSCRIBE : TopicPermission.MqttActivity.PUBLISH)
                    .type(TopicPermission.PermissionType.ALLOW)
                    .build());
        }
    }
}
