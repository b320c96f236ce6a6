import com.hivemq.util.EnvVarUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** Reads an XML file as HiveMQ does, environment variables first, and prints the texts of the elements below the root: a line each, in hexadecimal digits. */
public final class ReadXml {
  public static void main(final String[] args) throws Exception {
    final String text = new EnvVarUtil().replaceEnvironmentVariablePlaceholders(Files.readString(Path.of(args[0])));
    final var source = new InputSource(new java.io.StringReader(text));
    final var root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(source).getDocumentElement();
    for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element) System.out.println(HexFormat.of().formatHex(node.getTextContent().getBytes(StandardCharsets.UTF_8)));
    }
  }
}
