package io.millrace.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy between one client and the server that lets an exact number of bytes through and then cuts the connection on
 * both sides. A connection carries one request.
 */
final class CuttingProxy implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    /** What is cut. */
    enum Side {
        REQUEST,
        ANSWER
    }

    /** How a connection ends: with an RST, which throws away what is under way, or with a FIN, in order. */
    enum End {
        RST,
        FIN
    }

    /** @param bytes how many of the request or of the answer pass; if there are no more than that, nothing is cut */
    record Cut(Side side, int bytes, End end) {}

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int serverPort;
    private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
    private volatile @Nullable AnswerBytes lost;

    CuttingProxy(int serverPort) throws IOException {
        this.serverPort = serverPort;
        Thread.ofVirtual().start(this::accept);
    }

    /**
     * Sends a request over a connection of its own that is cut as told.
     *
     * @param cut null for none
     * @return the answer; null if the connection ended before it was whole
     */
    @Nullable
    AnswerBytes call(String request, @Nullable Cut cut) {
        next.set(cut);
        lost = null;
        AnswerBytes answer = new AnswerBytes();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return answer.readFrom(socket.getInputStream()) ? answer : null;
        } catch (IOException reset) {
            return answer.isWhole() ? answer : null;
        }
    }

    /** The answer of the server to the last call, if it was cut when the server had written all of it; else null. */
    @Nullable
    AnswerBytes lost() {
        return lost;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        Cut cut = next.get();
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            server.setSoTimeout(TIMEOUT_MILLIS);
            if (cut != null && cut.side() == Side.REQUEST) {
                passRequest(client, server, cut);
            } else {
                Thread requests = Thread.ofVirtual().start(() -> pass(client, server));
                passAnswer(server, client, cut);
                requests.join();
            }
        } catch (IOException ended) {
            // One of the two has gone; that ends it for the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void passRequest(Socket client, Socket server, Cut cut) throws IOException {
        OutputStream out = server.getOutputStream();
        out.write(client.getInputStream().readNBytes(cut.bytes()));
        cut(client, server, cut.end());
    }

    private static void pass(Socket client, Socket server) {
        try {
            client.getInputStream().transferTo(server.getOutputStream());
            server.shutdownOutput();
        } catch (IOException ended) {
            // Told by the other direction.
        }
    }

    private void passAnswer(Socket server, Socket client, @Nullable Cut cut) throws IOException {
        AnswerBytes answer = new AnswerBytes();
        boolean whole = answer.readFrom(server.getInputStream());
        byte[] bytes = answer.bytes();
        if (cut == null || cut.bytes() > bytes.length) {
            client.getOutputStream().write(bytes);
            return;
        }
        lost = whole ? answer : null;
        client.getOutputStream().write(bytes, 0, cut.bytes());
        cut(client, server, cut.end());
    }

    private static void cut(Socket client, Socket server, End end) throws IOException {
        if (end == End.RST) {
            client.setSoLinger(true, 0);
            server.setSoLinger(true, 0);
            server.close();
            client.close();
            return;
        }
        server.shutdownOutput();
        client.shutdownOutput();
        // Unread bytes would make an RST of it.
        drain(server.getInputStream());
        drain(client.getInputStream());
    }

    private static void drain(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
