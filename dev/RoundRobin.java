import module java.base;

/**
 * A small load balancer, to try several nodes behind one address: {@code java dev/RoundRobin.java 8080 127.0.0.1:8081
 * 127.0.0.1:8082}. Each request goes to the next backend, also when it comes over the connection of the one before, so
 * that nothing can rely on staying with a node. It listens to this machine only.
 *
 * <p>A request gets a backend connection of its own. A backend that cannot be connected to is passed over; what was sent to
 * a backend is never sent to another, because it may have been done. A client that closes its connection, or only its
 * sending side, is taken to have left, and its backend connection is closed.
 */
final class RoundRobin {
  /** The headers that are about a connection, not a message; those that Connection names come on top. */
  private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-connection", "upgrade", "te");
  private final List<InetSocketAddress> backends = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  void main(String[] args) throws IOException {
    if (args.length < 2) {
      throw new IllegalArgumentException("usage: java dev/RoundRobin.java <listen-port> <host:port> <host:port>...");
    }
    for (String backend : List.of(args).subList(1, args.length)) {
      int colon = backend.lastIndexOf(':');
      backends.add(new InetSocketAddress(backend.substring(0, colon), Integer.parseInt(backend.substring(colon + 1))));
    }
    try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]), 1024, InetAddress.getByName("127.0.0.1"))) {
      while (true) {
        Socket client = server.accept();
        Thread.startVirtualThread(() -> serve(client));
      }
    }
  }

  /** Serves the requests of one client connection, one after another. */
  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      Wire in = new Wire(client.getInputStream());
      OutputStream out = new BufferedOutputStream(client.getOutputStream(), 16384);
      boolean open = true;
      while (open && in.more(out)) {
        open = exchange(in.head(), client, in, out);
      }
    } catch (IOException | InterruptedException e) {
      // The client is gone, or sent what is not HTTP/1.1, or was cut off because its backend broke off within a response.
    }
  }

  /** Passes one request on and its response back; returns whether the client's connection can take another request. */
  private boolean exchange(Head request, Socket client, Wire in, OutputStream out) throws IOException, InterruptedException {
    long length = request.length(0);
    Socket backend = connect();
    Thread sender = Thread.startVirtualThread(() -> send(request, length, in, backend));
    boolean close = request.first.endsWith("HTTP/1.0") || request.values("connection").contains("close");
    // A client that is not told to go on may never send its body: what it sends next would be taken for it.
    boolean untold = request.values("expect").contains("100-continue");
    boolean answered = false;
    try (backend) {
      Wire from = new Wire(backend.getInputStream());
      Head response = from.head();
      for (; response.status() < 200; response = from.head()) {
        untold &= response.status() != 100;
        response.write(out, false);
        out.flush();
      }
      boolean empty = request.first.startsWith("HEAD ") || response.status() == 204 || response.status() == 304;
      long body = empty ? 0 : response.length(Wire.TO_THE_END);
      close |= untold || body == Wire.TO_THE_END;
      answered = true;
      response.write(out, close);
      from.copy(body, out);
    } catch (IOException e) {
      if (answered || in.gone) {
        client.setSoLinger(true, 0);
        throw new IOException(e);
      }
      close |= untold;
      String detail = backend.isConnected() ? "The node broke off before it answered." : "No node can be connected to.";
      refuse(out, detail, close);
    }
    out.flush();
    if (close) {
      client.shutdownOutput();
    }
    return sender.join(close ? Duration.ofSeconds(2) : Duration.ofDays(365)) && !close && !in.gone;
  }

  /** Connects to the backend whose turn it is, or to the first after it that can be, if any can. */
  private Socket connect() throws IOException {
    int first = turn.getAndIncrement();
    for (int i = 0; i < backends.size(); i++) {
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        socket.connect(backends.get(Math.floorMod(first + i, backends.size())), 2000);
        return socket;
      } catch (IOException e) {
        socket.close();
      }
    }
    return new Socket();
  }

  /**
   * Sends a request, then waits for the client's next one: if the client closes instead, so is the backend's connection.
   * What the backend does not take is read all the same, so that the client gets to send it and read the answer.
   */
  private static void send(Head request, long length, Wire in, Socket backend) {
    OutputStream sink = new OutputStream() {
      @Override public void write(int b) { write(new byte[] {(byte) b}, 0, 1); }
      @Override public void write(byte[] bytes, int offset, int length) {
        try {
          backend.getOutputStream().write(bytes, offset, length);
        } catch (IOException e) {
          // Whoever reads the answer sees what became of the connection.
        }
      }
    };
    try {
      OutputStream out = new BufferedOutputStream(sink, 16384);
      request.write(out, false);
      in.copy(length, out);
      out.flush();
      in.gone = !in.more(out);
    } catch (IOException e) {
      in.gone = true;
    }
    if (in.gone) {
      try (backend) {
      } catch (IOException e) {
        // It is closed either way.
      }
    }
  }

  private static void refuse(OutputStream out, String detail, boolean close) throws IOException {
    String body = "{\"type\":\"about:blank\",\"title\":\"Bad Gateway\",\"status\":502,\"detail\":\"" + detail + "\"}";
    new Head("HTTP/1.1 502 Bad Gateway", List.of("Content-Type: application/problem+json",
        "Content-Length: " + body.length())).write(out, close);
    out.write(body.getBytes(StandardCharsets.US_ASCII));
  }

  /** The first line of a request or response, and its header lines as they came. */
  private record Head(String first, List<String> headers) {
    int status() { return first.startsWith("HTTP/") ? Integer.parseInt(first.substring(9, 12)) : 0; }

    /** The values of a header, split at commas, in lower case. */
    List<String> values(String name) {
      return headers.stream().filter(header -> name(header).equals(name))
          .flatMap(header -> Stream.of(header.substring(name.length() + 1).split(",")))
          .map(value -> value.strip().toLowerCase(Locale.ROOT)).toList();
    }

    /** The length of the body, or {@link Wire#CHUNKED}, or what it is if no header tells. */
    long length(long untold) throws ProtocolException {
      List<String> codings = values("transfer-encoding");
      List<String> lengths = values("content-length");
      if (codings.size() + lengths.size() > 1 || !(codings + "" + lengths).matches("\\[(chunked)?]\\[(\\d{1,18})?]")) {
        throw new ProtocolException("The length of the body is not clear.");
      }
      return codings.isEmpty() ? lengths.isEmpty() ? untold : Long.parseLong(lengths.getFirst()) : Wire.CHUNKED;
    }

    void write(OutputStream out, boolean close) throws IOException {
      List<String> named = values("connection");
      StringBuilder lines = new StringBuilder(first).append("\r\n");
      headers.stream().filter(header -> !HOP_BY_HOP.contains(name(header)) && !named.contains(name(header)))
          .forEach(header -> lines.append(header).append("\r\n"));
      lines.append(close ? "Connection: close\r\n\r\n" : "\r\n");
      out.write(lines.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    static String name(String header) { return header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT); }
  }

  /** What comes in over a connection. Before it waits for more, it flushes what was written on the other side. */
  private static final class Wire {
    static final long CHUNKED = -1;
    static final long TO_THE_END = Long.MAX_VALUE;
    private static final Pattern FIRST = Pattern.compile("\\S+ \\S+ HTTP/1\\.[01]|HTTP/1\\.[01] [1-5]\\d\\d( .*)?");
    private final InputStream in;
    private final byte[] buffer = new byte[16384];
    private int start, end;
    /** Whether the client at the other end has left. */
    volatile boolean gone;

    Wire(InputStream in) { this.in = in; }

    /** Waits until there is something to read; false if the other side has closed. */
    boolean more(OutputStream waiting) throws IOException {
      if (start == end) {
        waiting.flush();
        start = 0;
        end = Math.max(0, in.read(buffer));
      }
      return start < end;
    }

    /** Reads a line and returns it without its end; it is also written as it is. */
    private String line(OutputStream out) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream(80);
      for (byte b = 0; b != '\n'; line.write(b)) {
        if (!more(out) || line.size() > 65536) {
          throw new ProtocolException("A line is cut off or too long.");
        }
        b = buffer[start++];
      }
      line.writeTo(out);
      return line.toString(StandardCharsets.ISO_8859_1).replaceAll("\r?\n$", "");
    }

    Head head() throws IOException {
      OutputStream none = OutputStream.nullOutputStream();
      String first = line(none);
      List<String> headers = new ArrayList<>();
      for (String line = line(none); !line.isEmpty(); line = line(none)) {
        headers.add(line);
      }
      if (!FIRST.matcher(first).matches() || !headers.stream().allMatch(header -> header.matches("(?s)[^\\s:]+:.*"))) {
        throw new ProtocolException("A line of the head is not HTTP/1.1.");
      }
      return new Head(first, headers);
    }

    /** Copies a body as it comes, chunks with their frames. */
    void copy(long length, OutputStream out) throws IOException {
      long left = length;
      while (left > 0 && more(out)) {
        int count = (int) Math.min(left, end - start);
        out.write(buffer, start, count);
        start += count;
        left -= count;
      }
      if (left > 0 && length != TO_THE_END) {
        throw new EOFException();
      }
      for (long size = length; length == CHUNKED && size != 0; ) {
        String hex = line(out).split(";", 2)[0].strip();
        if (!hex.matches("[0-9a-fA-F]{1,15}")) {
          throw new ProtocolException("A chunk has no size.");
        }
        size = Long.parseLong(hex, 16);
        copy(size, out);
        // The line's end behind a chunk; behind the last one, trailers and an empty line.
        while (!line(out).isEmpty() && size == 0) { }
      }
    }
  }
}
