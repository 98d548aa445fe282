#include <stdio.h>
#include "reports/plan_text.h"
#include "sample_plan.h"
static void t(void){ struct sample *s=sample_new(); char *x=plan_text_format(&s->run,false); puts(x); g_free(x); sample_free(s);
 s=sample_applied(); x=plan_text_format(&s->run,true); puts(x); g_free(x); sample_free(s);
 s=sample_empty(); x=plan_text_format(&s->run,false); puts(x); g_free(x); sample_free(s);}
int main(int c,char**v){g_test_init(&c,&v,NULL);g_test_add_func("/x",t);return g_test_run();}
