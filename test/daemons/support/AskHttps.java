import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Asks for each address that it is told with what this Java trusts, and says what became of it. */
class AskHttps {
  public static void main(String[] addresses) throws Exception {
    for (String address : addresses) {
      try {
        var asked = HttpRequest.newBuilder(URI.create(address)).build();
        var answer = HttpClient.newHttpClient().send(asked, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
      } catch (javax.net.ssl.SSLHandshakeException error) {
        System.out.println("refused");
      }
    }
  }
}
