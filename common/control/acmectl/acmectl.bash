# bash completion for acmectl(8)
_acmectl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local word command= state=() words=
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    case $word in
      --state) state=(--state "${COMP_WORDS[i + 1]}"); ((++i)) ;;
      -*) ;;
      *) [[ $command ]] || command=$word ;;
    esac
  done
  case $previous in
    --state | -o | --output) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --cert | --key) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    --reason)
      words='unspecified keyCompromise affiliationChanged superseded cessationOfOperation'
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
      return
      ;;
  esac
  case $command in
    '') words='status certificates check renew revoke account plan export config notify-test --state --help --version' ;;
    status | check) words='--json' ;;
    renew) words='--all --force --dry-run' ;;
    revoke) words='--reason --serial --cert --key --issuer --no-renew --yes' ;;
    account) words='show rollover deactivate --json --yes' ;;
    plan | config) words='--json' ;;
    export) words='--output' ;;
  esac
  case $command in
    status | certificates | check | renew | revoke | export)
      if [[ $current != -* ]]; then
        words+=" $(acmectl "${state[@]}" config --json 2>/dev/null |
          grep -o '"name": *"[^"\\]*", *"names"' | sed 's/^"name": *"//; s/".*//' | sort -u)"
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _acmectl acmectl
