#include <locale.h>

#include "ui/cli.h"
#include "ui/screen/screen_run.h"

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	return cli_run(argc, argv, screen_run);
}
