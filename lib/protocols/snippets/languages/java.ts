import { TIMEOUT_SECONDS, TOKEN_VARIABLE, type HttpCall } from '../contract'
import { indent } from '../indent'
import { jsonText } from '../json-text'

/** For Java 15 and later: one file, which `java Predict.java` runs. */
export function java({ url, body }: HttpCall): string {
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class Predict {
    public static void main(String[] args) throws Exception {
        String body = """
${indent(textBlock(jsonText(body)), 16)}
                """;
        HttpRequest request = HttpRequest.newBuilder(URI.create(${jsonText(url)}))
                .timeout(Duration.ofSeconds(${TIMEOUT_SECONDS}))
                .header("Authorization", "Bearer " + System.getenv("${TOKEN_VARIABLE}"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IllegalStateException(response.body());
        System.out.println(response.body());
    }
}
`
}

/** Inside a text block (JLS 3.10.6) a backslash begins an escape, and three quotes would end it. */
function textBlock(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"""')
}
