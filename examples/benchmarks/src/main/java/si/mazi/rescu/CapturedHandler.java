package si.mazi.rescu;

import org.jspecify.annotations.Nullable;
import si.mazi.rescu.clients.HttpConnection;

/**
 * RescU's own handler, which XChange's requests go through, without a connection: a request is
 * built and signed, and taken instead of sent. Here, because nobody else may extend the handler.
 */
public final class CapturedHandler extends RestInvocationHandler {
  private final Object answer;
  private String url = "";
  private String body = "";

  /**
   * A handler.
   *
   * @param answer what every call returns
   */
  public CapturedHandler(Class<?> api, String url, ClientConfig config, Object answer) {
    super(api, url, config);
    this.answer = answer;
  }

  @Override
  protected @Nullable HttpConnection invokeHttp(RestInvocation invocation) {
    url = invocation.getInvocationUrl();
    body = invocation.getRequestBody();
    return null;
  }

  @Override
  protected Object receiveAndMap(RestMethodMetadata metadata, @Nullable HttpConnection connection) {
    return answer;
  }

  /** Where the last request would have gone, with its query. */
  public String url() {
    return url;
  }

  /** What it would have sent. */
  public String body() {
    return body;
  }
}
