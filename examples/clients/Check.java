import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;

/**
 * java Check.java URL CHECK: who am I, and may I? In one session of ntokend; CHECK is a file with the body of POST /access-check. Prints
 * the caller's SID and "allowed" or "refused". Ends with 0, 1 for a refusal, 2 for no answer. Needs a ticket in a file (kinit).
 *
 * HttpClient has no Negotiate of its own, so the header is made by hand, with the JDK's GSS-API.
 */
public final class Check {
    private static final int TURNS = 5;
    /* A real program takes its JSON library. These two have no escapes in them. */
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([A-Za-z0-9_-]{43})\"");
    private static final Pattern USER = Pattern.compile("\"user\":\\{\"sid\":\"(S-[0-9-]+)\"");

    private final URI service;
    private final HttpClient http;
    private String token;
    private String user;

    private Check(String url) {
        service = URI.create(url);
        http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).version(HttpClient.Version.HTTP_1_1)
                .proxy(HttpClient.Builder.NO_PROXY).build();
    }

    /** The tickets of kinit, without a jaas.conf. The JDK reads files alone: KRB5CCNAME must be one. */
    private static void useTicketCache() {
        Map<String, String> options = new HashMap<>(Map.of("useTicketCache", "true", "doNotPrompt", "true"));
        String cache = System.getenv("KRB5CCNAME");
        if (cache != null)
            options.put("ticketCache", cache.replaceFirst("^FILE:", ""));
        if (System.getenv("KRB5_CONFIG") != null)
            System.setProperty("java.security.krb5.conf", System.getenv("KRB5_CONFIG"));
        System.setProperty("javax.security.auth.useSubjectCredsOnly", "false");
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {new AppConfigurationEntry("com.sun.security.auth.module.Krb5LoginModule",
                        AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, options)};
            }
        });
    }

    /** A fresh token for each request: one that was used is a replay. */
    private String negotiate() throws GSSException {
        GSSManager manager = GSSManager.getInstance();
        GSSName name = manager.createName("HTTP@" + service.getHost(), GSSName.NT_HOSTBASED_SERVICE);
        GSSContext context = manager.createContext(name, new Oid("1.3.6.1.5.5.2"), null, GSSContext.DEFAULT_LIFETIME);
        try {
            context.requestMutualAuth(true);
            return "Negotiate " + Base64.getEncoder().encodeToString(context.initSecContext(new byte[0], 0, 0));
        } finally {
            context.dispose();
        }
    }

    /** Waits while there is too much to do (429, 503). */
    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        for (int turn = 1;; turn++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofMinutes(1))
                    .header("Authorization", token == null ? negotiate() : "Bearer " + token);
            if (body != null)
                request.header("Content-Type", "application/json");
            request.method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if ((answer.statusCode() != 429 && answer.statusCode() != 503) || turn == TURNS)
                return answer;
            Thread.sleep(100 + 1000 * answer.headers().firstValueAsLong("Retry-After").orElse(1));
        }
    }

    private static String find(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find())
            throw new IOException("the answer lacks " + pattern);
        return matcher.group(1);
    }

    private static boolean isProblem(HttpResponse<String> answer) {
        return answer.statusCode() >= 300
                && !answer.headers().firstValue("Content-Type").orElse("").equals("application/json");
    }

    /** RFC 9457 says why there is no answer, and the request's ID finds it in the service's log. */
    private static HttpResponse<String> sound(HttpResponse<String> answer) throws IOException {
        if (isProblem(answer))
            throw new IOException(answer.statusCode() + ", request "
                    + answer.headers().firstValue("X-Request-Id").orElse("?") + ": " + answer.body());
        return answer;
    }

    private void enter() throws Exception {
        token = null;
        String session = sound(send("POST", "/session", null)).body();
        user = find(USER, session);
        token = find(TOKEN, session);
    }

    /** Shows a ticket again, once, when the session is over. */
    private HttpResponse<String> ask(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        if (answer.statusCode() == 401) {
            enter();
            answer = send(method, path, body);
        }
        return sound(answer);
    }

    public static void main(String[] arguments) {
        try {
            useTicketCache();
            Check check = new Check(arguments[0]);
            check.enter();
            /* onDeny=403 makes the verdict a status, beside the body that says all of it. */
            boolean allowed =
                    check.ask("POST", "/access-check?onDeny=403", Files.readString(Path.of(arguments[1]))).statusCode() == 200;
            check.ask("DELETE", "/session", null);
            System.out.println(check.user);
            System.out.println(allowed ? "allowed" : "refused");
            System.exit(allowed ? 0 : 1);
        } catch (Exception error) {
            System.err.println(error.getMessage());
            System.exit(2);
        }
    }
}
