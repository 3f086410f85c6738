/*
 * curlew-mime: the helper that parses messages for the screen and the command line. It has no network
 * and little memory, and may die of a hostile mail. Its protocol stands in index/message.h.
 */
#include <gmime/gmime.h>
#include <signal.h>
#include <unistd.h>

#include "index/mime/mime_serve.h"
#include "index/mime/sandbox.h"

int
main(void)
{
	sandbox_enter();
	signal(SIGPIPE, SIG_IGN);
	g_mime_init();
	int status = mime_serve(STDIN_FILENO, STDOUT_FILENO);
	g_mime_shutdown();
	return status;
}
