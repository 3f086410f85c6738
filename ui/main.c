#include <locale.h>

#include "ui/cli.h"
#include "ui/screen/screen_keys.h"
#include "ui/screen/screen_run.h"

#ifdef __SANITIZE_ADDRESS__
const char *__lsan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_options(void)
{
	return "print_suppressions=0";
}

/* What these libraries never give back. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libsexp\nleak:libnotmuch\nleak:libxapian\nleak:regcomp\n";
}
#endif

static const CliScreen screen = { screen_run, screen_problems, screen_keys };

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	return cli_run(argc, argv, &screen);
}
