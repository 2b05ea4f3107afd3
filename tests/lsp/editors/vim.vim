" Applies code actions to the open file until none is left to choose, and saves it.
" What a person would see goes to the file $LOG, one line of JSON each.

function! Log(entry) abort
  call writefile([json_encode(a:entry)], $LOG, 'a')
endfunction

function! WaitUntil(condition) abort
  let turn = 0
  while !a:condition()
    let turn += 1
    if turn > 1000
      call Log({'error': 'nothing happened'})
      cquit
    endif
    sleep 20m
  endwhile
endfunction

function! Diagnostics() abort
  return get(get(g:ale_buffer_info, bufnr(''), {}), 'loclist', [])
endfunction

function! Wanted(title) abort
  if !empty($ALL)
    return a:title =~# 'Apply all safe fixes'
  endif
  return a:title !~# 'Ignore\|unsafe fix\|Apply all'
endfunction

" ALE asks for the number of an action with this function.
function! ale#util#Input(message, value) abort
  let lines = filter(split(a:message, "\n"), 'v:val =~# "^\\d"')
  call Log({'offered': map(copy(lines), 'substitute(v:val, "^\\d*) ", "", "")')})
  let wanted = filter(copy(lines), 'Wanted(v:val)')
  let g:answer = empty(wanted) ? '' : wanted[0]
  return matchstr(g:answer, '^\d*')
endfunction

function! Fix(diagnostic) abort
  let before = b:changedtick
  let g:answer = v:null
  call cursor(a:diagnostic.lnum, a:diagnostic.col)
  ALECodeAction
  call WaitUntil({-> g:answer isnot v:null})
  if g:answer is# ''
    return 0
  endif
  call WaitUntil({-> b:changedtick != before})
  return 1
endfunction

call WaitUntil({-> !empty(Diagnostics())})
call Log({'diagnostics': map(copy(Diagnostics()), '[v:val.lnum, v:val.code]')})

let again = 1
while again
  let again = 0
  " From the end: the fix of an import is all fixes at once.
  for diagnostic in reverse(copy(Diagnostics()))
    if Fix(diagnostic)
      let g:shown = deepcopy(Diagnostics())
      ALELint
      call WaitUntil({-> Diagnostics() != g:shown})
      let again = empty($ALL)
      break
    endif
  endfor
endwhile
write
qall!
