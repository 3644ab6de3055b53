# Sourced by nginx's configure when it writes its Makefile.

case "$NGX_OBJS" in
    /*) acme_objs=$NGX_OBJS ;;
    *) acme_objs=$PWD/$NGX_OBJS ;;
esac

cat << END >> $NGX_MAKEFILE

.PHONY: acme_sources
$NGX_OBJS/addon/acme/libngx_acme.a: acme_sources
	\$(MAKE) -C $ngx_addon_dir/.. BUILD=$acme_objs/addon/acme NGX_SRC=$PWD NGX_OBJS=$acme_objs \\
	    $acme_objs/addon/acme/libngx_acme.a

$NGX_OBJS/ngx_http_acme_module.so $NGX_OBJS/nginx: $NGX_OBJS/addon/acme/libngx_acme.a

END
