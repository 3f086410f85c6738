#include "ui/cli_private.h"

void
cli_print_version(void)
{
	cli_print(CLEAN_BODY, "curlew %s\nbuilt with %s", CURLEW_VERSION, CURLEW_LIBRARIES);
}
