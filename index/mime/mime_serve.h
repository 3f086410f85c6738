#pragma once
/*
 * The helper's side of the protocol in index/message.h: answers requests one by one until the client
 * leaves. One thread, blocking.
 */

enum {
	MIME_REQUEST_LIMIT = 1 << 16, /* bytes of a request */
	MIME_REQUESTS = 5000, /* after which the helper leaves, and with it what it leaked */
};

/* Serves the requests from INPUT with answers to OUTPUT. Returns the exit status. */
int mime_serve(int input, int output);
